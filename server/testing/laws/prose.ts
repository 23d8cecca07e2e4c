import ts from "typescript";
import type { Law } from "./law";
import type { Repository, RepositoryFile } from "./repository";

const sourceFiles = /^(app|components|server|scripts|e2e)\/.*\.(tsx?|mjs)$|^[^/]+\.(ts|mjs|cjs)$/;

interface Comment {
  readonly line: number;
  readonly text: string;
}

/** The comments of a file, found by the scanner so that strings are not taken for them. */
function commentsOf(file: RepositoryFile): readonly Comment[] {
  const found = new Map<number, Comment>();
  const text = file.text;
  const collect = (ranges: readonly ts.CommentRange[] | undefined) => {
    for (const { pos, end } of ranges ?? []) {
      const { line } = file.tree().getLineAndCharacterOfPosition(pos);
      found.set(pos, { line: line + 1, text: text.slice(pos, end) });
    }
  };
  const visit = (node: ts.Node) => {
    collect(ts.getLeadingCommentRanges(text, node.getFullStart()));
    collect(ts.getTrailingCommentRanges(text, node.getEnd()));
    for (const child of node.getChildren(file.tree())) visit(child);
  };
  visit(file.tree());
  return [...found.values()];
}

function breaks(
  repository: Repository,
  wrong: (comment: Comment) => string | undefined,
): readonly string[] {
  return repository.files(sourceFiles).flatMap((file) =>
    commentsOf(file).flatMap((comment) => {
      const reason = wrong(comment);
      return reason === undefined ? [] : [`${file.path}:${comment.line} ${reason}`];
    }),
  );
}

const marker = new RegExp(
  `\\b(${["TO", "FIX"].map((w) => w + (w === "TO" ? "DO" : "ME")).join("|")}|XXX)\\b`,
);
const suppression = new RegExp(
  `@ts-(ignore|expect-error|nocheck)|${"biome"}-ignore|eslint-disable`,
);

/** What is left to do is an issue, and a finding is mended rather than silenced. */
export const openEnds: Law = {
  title: "no comment marks work left to do or silences a check",
  check: (repository) =>
    breaks(repository, ({ text }) => {
      if (marker.test(text) && !/https?:\/\/\S+/.test(text)) return "marks work without an issue";
      return suppression.test(text) ? "silences a check" : undefined;
    }),
  broken: {
    "server/billing/a.ts": `// ${"TO"}DO: round\nconst a = 1;`,
    "app/b.tsx": `/* ${"FIX"}ME */\nconst b = 1;`,
    "server/billing/c.ts": `// ${"@ts"}-ignore\nconst c = 1;`,
    "components/d.tsx": `// ${"biome"}-ignore lint: no\nconst d = 1;`,
  },
  kept: {
    "server/billing/a.ts": `// ${"TO"}DO https://example.com/issues/1: round\nconst a = "${"FIX"}ME";`,
  },
};

/** A comment says why; code that is gone is in the history, and files are too short for chapters. */
export const deadComments: Law = {
  title: "no comment is a banner or commented-out code",
  check: (repository) =>
    breaks(repository, ({ text }) => {
      if (/^(\/\/|\/\*)\s*[-=*#─━]{4,}/m.test(text)) return "is a banner";
      const isCode =
        /^\/\/\s*(import .* from|(const|let|var) \w+ =|return\b.*;|if \(.*\) ?\{?|await .*;|\}\s*$|\w+\(.*\);$)/;
      return isCode.test(text) ? "is commented-out code" : undefined;
    }),
  broken: {
    "server/billing/a.ts": "// ------------ rates\nconst a = 1;",
    "server/billing/b.ts": "const a = 1;\n// const b = 2;",
    "app/c.tsx": "const a = 1;\n// await db.query(sql);",
  },
  kept: {
    "server/billing/a.ts": "// If the period is open, its end moves.\nconst a = '// const b = 2;';",
  },
};

/** A test that does not run proves nothing. */
export const skippedTests: Law = {
  title: "no test is skipped, singled out or left for later",
  check: (repository) =>
    repository
      .files(/\.(test|spec)\.tsx?$/)
      .flatMap((file) =>
        file.lines.flatMap((line, index) =>
          /\b(it|test|describe|suite)\.(skip|only|todo|skipIf|runIf|fixme|fails)\b/.test(line)
            ? [`${file.path}:${index + 1} does not run its test like the others`]
            : [],
        ),
      ),
  broken: {
    "server/core/a.test.ts": `it${"."}skip("rounds", () => {});`,
    "e2e/b.spec.ts": `test${"."}only("signs in", async () => {});`,
  },
  kept: { "server/core/a.test.ts": 'it("does not skip", () => {});' },
};

/** A module's README is read, so it is short. */
export const readmeSize: Law = {
  title: "a module's README has at most 60 lines and says what the module owns",
  check: (repository) =>
    repository.files(/^server\/[^/]+\/README\.md$/).flatMap((file) => {
      if (file.lines.length > 60) return [`${file.path} has ${file.lines.length} lines`];
      return /\bowns\b/i.test(file.text) && /\binvariants?\b/i.test(file.text)
        ? []
        : [`${file.path} does not say what the module owns and which invariants it keeps`];
    }),
  broken: {
    "server/billing/README.md": `Owns, invariants\n${"\n".repeat(60)}`,
    "server/balances/README.md": "# Balances\n",
  },
  kept: { "server/billing/README.md": "# Billing\n\nOwns: subscriptions.\n\nInvariants: one.\n" },
};
