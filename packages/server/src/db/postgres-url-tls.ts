import { readFileSync } from "node:fs";
import { createSecureContext, rootCertificates } from "node:tls";

export type TakeParameter = (name: string) => string | undefined;
/** Throws a refusal whose sentence continues after the variable's name. */
export type Refuse = (problem: string) => never;

/** What of the server's certificate is verified; a server without TLS is refused unless `isOptional`. */
export type PostgresTls = {
  readonly isOptional: boolean;
  readonly checksChain: boolean;
  readonly checksName: boolean;
  /** PEM; Node's own and NODE_EXTRA_CA_CERTS by default. */
  readonly ca: string | readonly string[] | undefined;
  /** Latchkey's own certificate, in PEM. */
  readonly client: ClientCertificate | undefined;
};

type ClientCertificate = {
  readonly cert: string;
  readonly key: string;
  readonly passphrase?: string;
};

const TLS_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
type TlsMode = (typeof TLS_MODES)[number];

/**
 * The TLS part of a URL. `sslmode` means the same as in libpq, except for its default: without it there is no
 * TLS.
 *
 * - `disable`, absent: no TLS. `allow`, `prefer`: TLS if the server offers it, unverified.
 * - `require`: TLS, or no connection; the certificate is not verified, unless `sslrootcert` is given.
 * - `verify-ca`: the certificate must be from a trusted authority. `verify-full`: and name the host.
 * - `sslrootcert`: a PEM file with the authorities to trust, or `system`.
 * - `sslcert`, `sslkey`, `sslpassword`: PEM files of a client certificate and its key, and the key's passphrase.
 * - `ssl` is an alias of `sslmode`; `true` is `verify-full`.
 *
 * https://www.postgresql.org/docs/current/libpq-ssl.html
 */
export function tlsOf(take: TakeParameter, refuse: Refuse): PostgresTls | null {
  const mode = modeOf(take("sslmode") ?? take("ssl"), refuse);
  const rootFile = take("sslrootcert");
  const ca = rootFile === undefined ? undefined : authorities(rootFile, refuse);
  const client = clientOf(take, refuse);
  const of = (isOptional: boolean, checksChain: boolean, checksName: boolean): PostgresTls => ({
    isOptional,
    checksChain,
    checksName,
    ca,
    client,
  });
  switch (mode) {
    case "disable":
      return null;
    case "allow":
    case "prefer":
      return of(true, false, false);
    case "require":
      return of(false, rootFile !== undefined, false);
    case "verify-ca":
      return of(false, true, false);
    case "verify-full":
      return of(false, true, true);
  }
}

function modeOf(mode: string | undefined, refuse: Refuse): TlsMode {
  if (mode === undefined || mode === "false") return "disable";
  if (mode === "true") return "verify-full";
  const known = TLS_MODES.find((name) => name === mode);
  return known ?? refuse(`has no such sslmode. Choose ${TLS_MODES.join(", ")}.`);
}

function authorities(file: string, refuse: Refuse): string | readonly string[] {
  return file === "system" ? rootCertificates : pemOf("sslrootcert", file, refuse);
}

function clientOf(take: TakeParameter, refuse: Refuse): ClientCertificate | undefined {
  const files = { cert: take("sslcert"), key: take("sslkey") };
  const passphrase = take("sslpassword");
  if (files.cert === undefined && files.key === undefined) return undefined;
  if (files.cert === undefined || files.key === undefined) {
    return refuse("needs sslcert and sslkey together. Name the other file too.");
  }
  const client = {
    cert: pemOf("sslcert", files.cert, refuse),
    key: pemOf("sslkey", files.key, refuse),
    ...(passphrase === undefined ? {} : { passphrase }),
  };
  try {
    createSecureContext(client);
  } catch {
    return refuse(
      "names an sslcert and an sslkey that do not go together. Name PEM files, and sslpassword where the key is encrypted.",
    );
  }
  return client;
}

function pemOf(name: string, file: string, refuse: Refuse): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return refuse(`names an ${name} that can't be read. Correct its path.`);
  }
}
