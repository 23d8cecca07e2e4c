import { log } from "../platform/log";
import { canSendMail, sendMail } from "../platform/mail";
import { publicUrl } from "./public-url";

/**
 * E-mails an invitation's link, where e-mail is set up; answers whether a mail server took it. The
 * invitation is valid either way: its link is also shown to whoever made it.
 */
export async function mailInvitation(input: {
  to: string;
  organization: string;
  invitedBy: string;
  path: string;
}): Promise<boolean> {
  if (!canSendMail()) return false;
  try {
    await sendMail({
      to: input.to,
      subject: `Join ${input.organization.replace(/\s+/g, " ")} on Windfall`,
      text: `${input.invitedBy} invites you to ${input.organization} on Windfall. Open this link within seven days to join.\n\n${publicUrl(input.path)}\n`,
    });
    return true;
  } catch (error) {
    log.warn({ reason: String(error) }, "invitation not mailed");
    return false;
  }
}
