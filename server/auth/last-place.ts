/** Where the last organization and environment of a browser are kept, as `org/env`. */
export const LAST_PLACE_COOKIE = "windfall_place";
