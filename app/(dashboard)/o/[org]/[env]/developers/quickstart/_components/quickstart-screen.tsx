"use client";

import Link from "next/link";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useSyncExternalStore } from "react";
import { CodeBlock } from "@/components/code-block";
import { ErrorPanel } from "@/components/error-panel";
import { PageHeader } from "@/components/layout/page-header";
import { usePlacePath } from "@/components/layout/use-place-path";
import { Timestamp } from "@/components/timestamp";
import { Button } from "@/components/ui/button";
import { useFirstSteps } from "../../../_components/use-first-steps";
import { KeyHint } from "./key-hint";
import { QuickstartStep } from "./quickstart-step";
import { snippetsFor, stacks } from "./snippets";
import { useSnippetNames } from "./use-snippet-names";

type QuickstartScreenProps = {
  environment: string /** Where this installation says it is reached. */;
  publicUrl: string;
};

/** From a key to an answered check, in the reader's own words and with this environment's ids. */
export function QuickstartScreen({ environment, publicUrl }: QuickstartScreenProps) {
  const base = usePlacePath();
  const { steps, failure } = useFirstSteps();
  const names = useSnippetNames(useOwnAddress(publicUrl));
  const [stack, setStack] = useQueryState(
    "stack",
    parseAsStringLiteral(stacks.map(({ value }) => value)).withDefault("autumn-js"),
  );
  const code = snippetsFor(stack, names);
  return (
    <>
      <PageHeader
        title="Quickstart"
        description={`Your code and ${environment}: four steps, with this environment's own IDs.`}
        actions={
          <Button asChild>
            <Link href="/docs">API reference</Link>
          </Button>
        }
      />
      {failure ? (
        <ErrorPanel className="mb-4" title="The marks could not be updated" {...failure} />
      ) : null}
      <StackPicker stack={stack} onChange={(value) => void setStack(value)} />
      <ol className="grid max-w-200 gap-4">
        <QuickstartStep
          id="connect"
          place={1}
          title="Connect"
          mark={null}
          hint={<KeyHint environment={environment} />}
        >
          {code.connect.map((snippet) => (
            <CodeBlock key={snippet.title} {...snippet} />
          ))}
        </QuickstartStep>
        <QuickstartStep
          id="customer"
          place={2}
          title="Create a customer"
          mark={steps && { done: steps.customers > 0, waiting: "Waiting for the first customer…" }}
          doneNote="There are customers."
          hint={names.customerIsReal ? undefined : "user_123 stands for the ID of a user of yours."}
        >
          <CodeBlock {...code.customer} />
        </QuickstartStep>
        <QuickstartStep
          id="track"
          place={3}
          title="Track usage"
          mark={
            steps && { done: steps.lastEventAt !== null, waiting: "Waiting for the first track…" }
          }
          doneNote={
            steps?.lastEventAt ? (
              <>
                Usage is arriving. Latest event <Timestamp at={steps.lastEventAt} show="relative" />
                .
              </>
            ) : null
          }
          hint={
            names.featureIsReal ? undefined : (
              <>
                There is no metered feature here yet.{" "}
                <Link
                  className="underline underline-offset-2"
                  href={`${base}/features?sheet=create`}
                >
                  Create one
                </Link>{" "}
                and its ID stands in the code.
              </>
            )
          }
        >
          <CodeBlock {...code.track} />
        </QuickstartStep>
        <QuickstartStep
          id="check"
          place={4}
          title="Check access"
          mark={
            steps && { done: steps.firstCheckAt !== null, waiting: "Waiting for the first check…" }
          }
          doneNote="Checks are being answered."
          hint="allowed is false when nothing is left: that is an answer, not an error."
        >
          <CodeBlock {...code.check} />
        </QuickstartStep>
      </ol>
    </>
  );
}

/** Where the reader's browser reached this page, their code reaches the API. */
function useOwnAddress(publicUrl: string): string {
  return useSyncExternalStore(
    () => () => undefined,
    () => window.location.origin,
    () => publicUrl,
  );
}

type StackPickerProps = {
  stack: (typeof stacks)[number]["value"];
  onChange: (stack: StackPickerProps["stack"]) => void;
};

function StackPicker({ stack, onChange }: StackPickerProps) {
  return (
    <fieldset className="mb-4 flex flex-wrap items-center gap-2">
      <legend className="sr-only">How you call the API</legend>
      {stacks.map(({ value, label }) => (
        <Button
          key={value}
          aria-pressed={stack === value}
          className="aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent"
          onClick={() => onChange(value)}
        >
          {label}
        </Button>
      ))}
    </fieldset>
  );
}
