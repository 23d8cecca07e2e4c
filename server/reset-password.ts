import { emailAddress } from "./auth/email-address";
import { resetPassword } from "./auth/reset-password";
import { WindfallError } from "./core/error";
import { db } from "./platform/db";

/** `npm run reset-password -- E-MAIL`: a way back in that needs no mail server. */
async function main(): Promise<number> {
  const email = emailAddress.safeParse(process.argv[2] ?? "");
  if (!email.success) {
    console.error("Write whose password to reset: npm run reset-password -- ana@example.com");
    return 1;
  }
  try {
    const password = await resetPassword(db(), email.data);
    console.log(`The new password of ${email.data} is`);
    console.log(`\n  ${password}\n`);
    console.log("All their sign-ins have ended. It can be changed in the app, under Account.");
    return 0;
  } catch (error) {
    if (!(error instanceof WindfallError)) throw error;
    console.error(error.message);
    return 1;
  } finally {
    await db().close();
  }
}

process.exitCode = await main();
