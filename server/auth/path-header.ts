/** The proxy's own word for a page's address, which a layout cannot find out by itself. */
export const PATH_HEADER = "x-windfall-path";
