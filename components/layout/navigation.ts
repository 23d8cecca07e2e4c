import {
  Blocks,
  ChartColumn,
  CircleUserRound,
  House,
  KeyRound,
  Layers,
  type LucideIcon,
  Rocket,
  Users,
  UsersRound,
} from "lucide-react";

export type NavigationKey =
  | "home"
  | "customers"
  | "events"
  | "plans"
  | "features"
  | "keys"
  | "quickstart"
  | "team"
  | "account";

export type NavigationEntry = {
  key: NavigationKey;
  label: string;
  /** Below `/o/[org]/[env]`. */
  path: string;
  icon: LucideIcon;
  /** The shortcut that leads there. */
  keys: string;
};

export type NavigationGroup = { heading: string | null; entries: readonly NavigationEntry[] };

/** The pages of the dashboard, grouped by the job they serve. */
export const navigation: readonly NavigationGroup[] = [
  {
    heading: null,
    entries: [{ key: "home", label: "Home", path: "home", icon: House, keys: "g h" }],
  },
  {
    heading: "Serve",
    entries: [
      { key: "customers", label: "Customers", path: "customers", icon: Users, keys: "g c" },
      { key: "events", label: "Events", path: "events", icon: ChartColumn, keys: "g e" },
    ],
  },
  {
    heading: "Define",
    entries: [
      { key: "plans", label: "Plans", path: "plans", icon: Layers, keys: "g p" },
      { key: "features", label: "Features", path: "features", icon: Blocks, keys: "g f" },
    ],
  },
  {
    heading: "Build",
    entries: [
      { key: "keys", label: "API keys", path: "developers/keys", icon: KeyRound, keys: "g k" },
      {
        key: "quickstart",
        label: "Quickstart",
        path: "developers/quickstart",
        icon: Rocket,
        keys: "g q",
      },
    ],
  },
  {
    heading: "Settings",
    entries: [
      { key: "team", label: "Team", path: "settings/team", icon: UsersRound, keys: "g s" },
      {
        key: "account",
        label: "Account",
        path: "settings/account",
        icon: CircleUserRound,
        keys: "g a",
      },
    ],
  },
];

export type Place = { organization: string; environment: string };

/** Where the pages of an organization's environment begin: `"/o/acme/sandbox"`. */
export function placePath({ organization, environment }: Place): string {
  return `/o/${encodeURIComponent(organization)}/${encodeURIComponent(environment)}`;
}

/**
 * The same page in another environment. A record's own page leads to its list instead, because the
 * two environments share no records.
 */
export function pathInEnvironment(pathname: string, place: Place, environment: string): string {
  const here = pathname.slice(placePath(place).length + 1);
  const entry = navigation
    .flatMap((group) => group.entries)
    .find(({ path }) => here === path || here.startsWith(`${path}/`));
  return `${placePath({ ...place, environment })}/${entry?.path ?? "home"}`;
}
