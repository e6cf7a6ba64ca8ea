"use strict";
ontogeny.tours.depth = [];
