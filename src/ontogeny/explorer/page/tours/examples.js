"use strict";
ontogeny.tours.examples = [];
