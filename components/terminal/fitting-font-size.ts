const DESK_FONT_PX = 14;
const PHONE_FONT_PX = 13;
const PHONE_MAX_PX = 480;

/** By the screen, not the pane: a narrow pane on a desk is read from as far away as a wide one. */
export const fittingFontSize = (view: Window) => (view.innerWidth <= PHONE_MAX_PX ? PHONE_FONT_PX : DESK_FONT_PX);
