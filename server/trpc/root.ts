import { operations } from "../api/operations";
import { me } from "./dashboard/me";
import { fromOperations } from "./from-operations";
import { router } from "./init";

/**
 * Everything the dashboard can ask: `api.*` is the public tree, called with a session's role; the
 * rest belongs to screens only. A new screen's router stands in `dashboard/` and takes a line here.
 */
export const appRouter = router({
  api: fromOperations(operations),
  me,
});

export type AppRouter = typeof appRouter;
