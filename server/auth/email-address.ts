import { z } from "zod";

/**
 * An e-mail address as it is stored: one form for each, so that nobody signs up twice by case. The
 * characters are normalized before they are judged, since a look-alike of "@" may become one later.
 */
export const emailAddress = z
  .string()
  .transform((text) => text.normalize("NFKC").trim().toLowerCase())
  .pipe(z.email("Write an e-mail address, such as ana@example.com.").max(254));
