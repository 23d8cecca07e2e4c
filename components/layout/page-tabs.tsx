"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { tabClasses, tabListClasses } from "@/components/ui/tabs";

type PageTabsProps = {
  /** What the tabs belong to: "Customer". */
  label: string;
  tabs: readonly { label: string; href: string }[];
};

/** The sub-pages of a record, as links: each has its own address. */
export function PageTabs({ label, tabs }: PageTabsProps) {
  const pathname = usePathname();
  return (
    <nav aria-label={label} className="mb-4">
      <ul className={tabListClasses}>
        {tabs.map((tab) => (
          <li key={tab.href}>
            <Link
              href={tab.href}
              aria-current={pathname === tab.href ? "page" : undefined}
              className={tabClasses}
            >
              {tab.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
