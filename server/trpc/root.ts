import { operations } from "../api/operations";
import { catalog } from "./dashboard/catalog";
import { invitations } from "./dashboard/invitations";
import { keys } from "./dashboard/keys";
import { me } from "./dashboard/me";
import { members } from "./dashboard/members";
import { onboarding } from "./dashboard/onboarding";
import { organizations } from "./dashboard/organizations";
import { setup } from "./dashboard/setup";
import { fromOperations } from "./from-operations";
import { router } from "./init";

/**
 * Everything the dashboard can ask: `api.*` is the public tree, called with a session's role; the
 * rest belongs to screens only. A new screen's router stands in `dashboard/` and takes a line here.
 */
export const appRouter = router({
  api: fromOperations(operations),
  catalog,
  invitations,
  keys,
  me,
  members,
  onboarding,
  organizations,
  setup,
});

export type AppRouter = typeof appRouter;
