import { buffer } from "node:stream/consumers";
import getPort from "get-port";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";
import { afterAll } from "vitest";

/** A mail as it was at the other end, parsed. */
export type Received = Email & { recipients: string[]; raw: string };

/**
 * A mail server of a file of tests, that speaks SMTP, and the mailbox behind it.
 * @property refuses what it answers to mails for an address, 550 or 450 say
 */
export async function aMailbox() {
  const received: Received[] = [];
  const refuses = new Map<string, number>();
  const port = await getPort();
  const url = `smtp://127.0.0.1:${port}`;
  let server: SMTPServer | undefined;
  const open = async (): Promise<void> => {
    server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS", "AUTH"],
      logger: false,
      onRcptTo: ({ address }, _session, done) => {
        const code = refuses.get(address);
        if (code === undefined) return done();
        return done(Object.assign(new Error("not this one"), { responseCode: code }));
      },
      onData: (stream, { envelope }, done) => {
        buffer(stream).then(async (bytes) => {
          const recipients = envelope.rcptTo.map(({ address }) => address);
          received.push({ ...(await PostalMime.parse(bytes)), recipients, raw: bytes.toString() });
          done();
        }, done);
      },
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(port, "127.0.0.1", resolve);
    await promise;
  };
  const close = async (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (server) server.close(() => resolve());
    else resolve();
    server = undefined;
    await promise;
  };
  await open();
  afterAll(close);
  return {
    url,
    received,
    refuses,
    open,
    close,
    /** Whom the mails went to, and of what, in the order in which they came. */
    seen: (): string[] => received.map(({ subject, recipients }) => `${recipients.join()}: ${subject}`),
  };
}

export type Mailbox = Awaited<ReturnType<typeof aMailbox>>;
