import type { ReactNode } from "react";
import { Logo } from "@/components/logo";
import { TrpcProvider } from "@/components/trpc";

/** The pages before anybody is somewhere: one column, one card. */
export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <TrpcProvider place={null}>
      <main className="mx-auto grid min-h-dvh w-full max-w-104 content-center gap-5 px-4 py-10">
        <p className="flex items-center gap-2 font-semibold text-lg">
          <Logo />
          Windfall
        </p>
        {children}
      </main>
    </TrpcProvider>
  );
}
