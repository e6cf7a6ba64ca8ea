"use strict";
/** Everything the page is made of, one name for each file. Scripts are classic: modules do not load from file://. */
globalThis.ontogeny = {};
