"use client";

import { PageTabs } from "@/components/layout/page-tabs";
import { usePlacePath } from "@/components/layout/use-place-path";

/** The features, and the prices of the models whose tokens AI credits pay for. */
export function FeaturesTabs() {
  const base = usePlacePath();
  return (
    <PageTabs
      label="Features"
      tabs={[
        { label: "Features", href: `${base}/features` },
        { label: "Model prices", href: `${base}/features/model-prices` },
      ]}
    />
  );
}
