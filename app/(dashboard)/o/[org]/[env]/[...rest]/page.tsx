import { notFound } from "next/navigation";

/** An address below an environment that no page has: said inside the frame, not in place of it. */
export default function UnknownPage() {
  notFound();
}
