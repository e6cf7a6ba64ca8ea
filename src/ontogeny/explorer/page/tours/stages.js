"use strict";
ontogeny.tours.stages = [];
