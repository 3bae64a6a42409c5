import {
  digestSessionToken,
  isSessionOver,
  maySignIn,
  type Redacted,
  type UserId,
} from "@latchkey/core";
import { httpApp } from "../http/app.ts";
import { identifyOr } from "../http/identify.ts";
import { describeDefect } from "../log/defect-log.ts";
import type { Log } from "../log/log.ts";
import type { SshRefusal } from "../use-cases/tally.ts";
import { endSession } from "../use-cases/sessions/end-session.ts";
import type { Origin, Services } from "../use-cases/services.ts";
import { startSshSession } from "../use-cases/sessions/start-ssh-session.ts";
import type { StartedSession } from "../use-cases/sessions/start-session.ts";

// The gateway for people who come by SSH. The SSH server in front of it presents a public key whose signature it
// has verified; behind it each person acts through the same application as everyone, as a session of their
// own.

/** A person's session by SSH. */
export type SshSession = {
  readonly userId: UserId;
  readonly email: string;
  /** The application, with this session's origin. `env` is Node's own request and response. */
  readonly fetch: (request: Request, env: object) => Promise<Response>;
  /** Its credential there. */
  readonly token: Redacted<string>;
  /** It ends then in any case. */
  readonly expiresAt: Date;
  /** Called once if it ends early: its key removed, its user disabled, ended by its owner. */
  readonly onOver: (listener: () => void) => void;
  /** Ends it. Never fails: what can't be written now expires by itself. */
  readonly end: () => Promise<void>;
};

/** How the process of the SSH server ended, and when the next one starts. */
type SshProcessEnd = {
  readonly code: number | null;
  readonly signal: string | null;
  /** It gave no sign of life, and was killed. */
  readonly hung: boolean;
  /** Why it could not listen. */
  readonly refusal?: string | undefined;
  readonly restartsInMs: number;
};

export type SshGateway = {
  /** Type and base64 of a key that may sign in; `null` for any other. May throw `Outage`. */
  readonly authorizedKey: (fingerprint: string) => Promise<string | null>;
  /** `null` if the key may not sign in (any more). May throw `Outage`. */
  readonly begin: (fingerprint: string, address: string | null) => Promise<SshSession | null>;
  /** Counts and logs an attempt that was refused. */
  readonly refused: (why: SshRefusal, address: string | null) => void;
  /** Logs a defect; its client is disconnected, the others stay. */
  readonly defect: (error: unknown) => void;
  /** Logs that the process of the SSH server listens. */
  readonly processListens: (facts: { readonly pid: number; readonly port: number }) => void;
  /** Counts and logs that it ended unexpectedly. */
  readonly processEnded: (end: SshProcessEnd) => void;
};

/** Events after which a session of their user may be over. */
const ENDING: ReadonlySet<string> = new Set([
  "ssh_key.removed",
  "session.ended",
  "user.disabled",
  "user.role_changed",
  "user.password_changed",
]);

export function sshGateway(services: Services, log: Log, stopping: AbortSignal): SshGateway {
  const { store, feed, tally } = services;
  const defect = (error: unknown) => log.error(describeDefect(error), "defect");
  const app = httpApp({
    services,
    identify: identifyOr(null, services),
    originOf: (_, env) => env as Origin,
    log,
    stopping,
    onDefect: defect,
  });
  feed.start();

  const sessionOf = (fingerprint: string, started: StartedSession): SshSession => {
    const { caller, sessionToken, expiresAt } = started;
    const { user, via, address, principal } = caller;
    const { userId } = principal;
    const digest = digestSessionToken(services.sessionKey, sessionToken.reveal());
    const facts = { fingerprint, userId, address };
    let notifyOver: (() => void) | null = null;
    let ended: Promise<void> | undefined;
    const look = async () => {
      const found = await store.findSession(digest);
      if (found !== null && maySignIn(found.user) && !isSessionOver(found, found.now)) return;
      notifyOver?.();
      notifyOver = null;
    };
    // While the database is unreachable nothing can be checked; the first read after its return does.
    const lookUnlessAway = () => void look().catch(() => {});
    const unfollow = feed.follow({
      events: (events) => {
        if (events.some((event) => event.userId === userId && ENDING.has(event.type))) {
          lookUnlessAway();
        }
      },
      reset: lookUnlessAway,
    });
    tally.ssh.started += 1;
    tally.ssh.open += 1;
    log.info(facts, "ssh session started");
    const end = async (): Promise<void> => {
      unfollow();
      tally.ssh.open -= 1;
      log.info(facts, "ssh session ended");
      if (principal.kind !== "session") return;
      // One that is already over need not be ended.
      await endSession(services, caller, { id: principal.sessionId }).catch(() => {});
    };
    return {
      userId,
      email: user.email,
      fetch: async (request, env) => app.fetch(request, { ...env, via, address } satisfies Origin),
      token: sessionToken,
      expiresAt,
      onOver: (listener) => {
        notifyOver = listener;
        lookUnlessAway();
      },
      end: () => (ended ??= end()),
    };
  };

  return {
    authorizedKey: store.readAuthorizedKey,
    begin: async (fingerprint, address) => {
      const started = await startSshSession(services, fingerprint, address);
      return started.ok ? sessionOf(fingerprint, started.value) : null;
    },
    refused: (why, address) => {
      tally.ssh.refused[why] += 1;
      log.warn({ why, address }, "ssh attempt refused");
    },
    defect,
    processListens: (facts) => log.info(facts, "ssh process listens"),
    processEnded: (facts) => {
      tally.ssh.restarts += 1;
      log.error(facts, "ssh process ended");
    },
  };
}
