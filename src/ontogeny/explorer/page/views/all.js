"use strict";
/** All views, in the order of their tabs. */
ontogeny.views = (() => {
  const all = [ontogeny.stages, ontogeny.similarity, ontogeny.illusionView, ontogeny.projectionView, ontogeny.errors, ontogeny.tuningView,
    ontogeny.periods, ontogeny.signals, ontogeny.depthView];
  return { all, of: (state) => all.find((view) => view.key === state.view) };
})();
