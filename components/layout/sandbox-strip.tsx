/** Marks every sandbox page by hatching and by the word, so that colour is not needed to tell. */
export function SandboxStrip({ name }: { name: string }) {
  return (
    <aside
      aria-label="Environment"
      className="hatched sticky top-0 z-40 flex h-6 items-center justify-center border-sandbox/30 border-b text-sandbox text-xs"
    >
      <p className="bg-sandbox-soft px-2">
        <strong className="font-semibold">{name}</strong>
        <span className="max-sm:hidden"> · test customers only, nothing here is charged</span>
      </p>
    </aside>
  );
}
