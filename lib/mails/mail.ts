/** One mail to one person, and what it is made of. */
export type Mail = {
  to: string;
  /** The same for each try: what comes twice can be seen to be one. */
  id: string;
  fromName: string;
  subject: string;
  replyTo: string[];
  text: string;
  html: string;
  /** Where one POST ends mails of this kind to this person (RFC 8058). */
  unsubscribeUrl?: string | undefined;
};
