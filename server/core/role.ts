/** The roles a member of an organization can have, the mightiest first. */
export const ROLES = ["owner", "admin", "developer", "support", "viewer"] as const;

export type Role = (typeof ROLES)[number];

/** What each role may do, in the words that people read where they choose one. */
export const ROLE_SENTENCES: Readonly<Record<Role, string>> = {
  owner: "Everything, including who else is an owner.",
  admin: "Everything except appointing or removing owners.",
  developer: "The catalog, customers, balances and keys; not the team.",
  support: "Looks everything up, creates customers and corrects balances.",
  viewer: "Looks everything up and changes nothing.",
};

/** Whether a text, from a row or a form, names a role. */
export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}

/** A role as a word of its own, such as in a list: "Owner". */
export function roleName(role: Role): string {
  return `${role.charAt(0).toUpperCase()}${role.slice(1)}`;
}
