import { EmptyState } from "@/components/empty-state";

/** A page or record that is not in this environment. */
export default function PlaceNotFound() {
  return (
    <>
      <h1 className="sr-only">Not found</h1>
      <EmptyState title="There is nothing here">
        The address is wrong, or what it named is gone or lives in another environment.
      </EmptyState>
    </>
  );
}
