"use client";

import { Building2, ChevronsUpDown, CircleDot, FlaskConical, Plus } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { cn } from "@/components/cn";
import { pathInEnvironment } from "@/components/layout/navigation";
import type { ShellEnvironment, ShellPlace } from "@/components/layout/shell-types";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";

type PlaceSwitchProps = {
  place: Pick<ShellPlace, "organization" | "organizations" | "environment" | "environments">;
  /** In the folded sidebar; the environment is a word there, too. */
  folded?: boolean | undefined;
};

const triggerClasses =
  "flex h-8 w-full min-w-0 items-center gap-2 rounded-md px-2 text-start text-sm hover:bg-raised";

/** Says in words which organization and environment this is, and leads to the others. */
export function PlaceSwitch({ place, folded = false }: PlaceSwitchProps) {
  return (
    <div className="grid gap-0.5">
      <OrganizationSwitch place={place} folded={folded} />
      <EnvironmentSwitch place={place} folded={folded} />
    </div>
  );
}

function OrganizationSwitch({ place, folded }: Required<PlaceSwitchProps>) {
  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        className={cn(triggerClasses, folded && "justify-center")}
        aria-label={`Organization: ${place.organization.name}`}
      >
        <Building2 className="size-4 shrink-0 text-muted-foreground" aria-hidden />
        <span className={cn("truncate font-semibold", folded && "sr-only")}>
          {place.organization.name}
        </span>
        <SwitchSign hidden={folded === true} />
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start" className="min-w-56">
        <DropdownMenuLabel>Organizations</DropdownMenuLabel>
        {place.organizations.map(({ slug, name }) => (
          <DropdownMenuItem key={slug} asChild>
            <Link
              href={`/o/${encodeURIComponent(slug)}`}
              aria-current={slug === place.organization.slug || undefined}
              className="aria-[current]:font-semibold"
            >
              <Building2 aria-hidden />
              {name}
            </Link>
          </DropdownMenuItem>
        ))}
        <DropdownMenuSeparator />
        <DropdownMenuItem asChild>
          <Link href="/create-organization">
            <Plus aria-hidden />
            Create an organization
          </Link>
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

function EnvironmentSwitch({ place, folded }: Required<PlaceSwitchProps>) {
  const pathname = usePathname();
  const { organization, environment, environments } = place;
  const here = { organization: organization.slug, environment: environment.slug };
  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        className={cn(triggerClasses, folded && "h-11 flex-col justify-center gap-0 px-0 text-xs")}
        aria-label={`Environment: ${environment.name}`}
      >
        <EnvironmentSign environment={environment} />
        <span className="max-w-full truncate">{environment.name}</span>
        <SwitchSign hidden={folded === true} />
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start" className="min-w-56">
        <DropdownMenuLabel>Environments</DropdownMenuLabel>
        {environments.map((candidate) => (
          <DropdownMenuItem key={candidate.slug} asChild>
            <Link
              href={pathInEnvironment(pathname, here, candidate.slug)}
              aria-current={candidate.slug === environment.slug || undefined}
              className="aria-[current]:font-semibold"
            >
              <EnvironmentSign environment={candidate} />
              {candidate.name}
            </Link>
          </DropdownMenuItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

function EnvironmentSign({ environment }: { environment: ShellEnvironment }) {
  const Icon = environment.live ? CircleDot : FlaskConical;
  return (
    <Icon
      aria-hidden
      className={cn("size-4 shrink-0", environment.live ? "text-success!" : "text-sandbox!")}
    />
  );
}

function SwitchSign({ hidden }: { hidden: boolean }) {
  if (hidden) return null;
  return <ChevronsUpDown className="ml-auto size-4 shrink-0 text-muted-foreground" aria-hidden />;
}
