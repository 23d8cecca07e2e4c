import { createTransport } from "nodemailer";
import { env } from "./env";

/** A letter in plain text: what every mail program shows as it was meant. */
export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Whether this installation can send e-mail at all. */
export function canSendMail(): boolean {
  return env().SMTP_URL !== undefined;
}

/**
 * Sends a letter through the configured mail server and waits until it took it.
 *
 * @throws whatever the mail server answered, when it refuses
 */
export async function sendMail(letter: Letter): Promise<void> {
  const { SMTP_URL, EMAIL_FROM } = env();
  if (SMTP_URL === undefined || EMAIL_FROM === undefined) {
    throw new Error("Set SMTP_URL and EMAIL_FROM to send e-mail.");
  }
  const transport = createTransport(SMTP_URL);
  try {
    // The object form keeps a comma in an address from becoming a second recipient.
    await transport.sendMail({ ...letter, from: EMAIL_FROM, to: { name: "", address: letter.to } });
  } finally {
    transport.close();
  }
}
