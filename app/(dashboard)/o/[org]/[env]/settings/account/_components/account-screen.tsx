import { PageHeader } from "@/components/layout/page-header";
import { PasswordForm } from "./password-form";
import { SessionList } from "./session-list";

/** The signed-in person's own page: their password, and where they are signed in. */
export function AccountScreen({ email }: { email: string }) {
  return (
    <>
      <PageHeader title="Account" description={`You are signed in as ${email}.`} />
      <div className="grid gap-8">
        <section aria-labelledby="sign-ins">
          <h2 id="sign-ins" className="mb-3 font-semibold text-lg">
            Where you are signed in
          </h2>
          <SessionList />
        </section>
        <section aria-labelledby="password">
          <h2 id="password" className="mb-3 font-semibold text-lg">
            Password
          </h2>
          <PasswordForm email={email} />
        </section>
      </div>
    </>
  );
}
