import { CircleAlert } from "lucide-react";
import { Alert, AlertDescription } from "@/components/ui/alert";

/** Why the form could not be sent; what was typed stays in it. */
export function Failure({ children }: { children: string | null }) {
  if (children === null) return null;
  return (
    <Alert tone="danger" role="alert">
      <CircleAlert aria-hidden />
      <AlertDescription>{children}</AlertDescription>
    </Alert>
  );
}
