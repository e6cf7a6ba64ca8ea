"use strict";
ontogeny.tours.worms = [];
