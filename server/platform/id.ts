import { v7 } from "uuid";
import { wallNow } from "./clock";

/**
 * A new time-sortable row id (uuid version 7). Ids are made before the insert, so that one
 * statement can tie an event, its ledger entries and its replay row together.
 */
export function newId(): string {
  return v7({ msecs: wallNow().getTime() });
}
