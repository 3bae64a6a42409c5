/** How a machine finds its programs, and where it keeps what is temporary. */
const TAKEN_ALONG = /^(PATH|TMPDIR)$/;

/**
 * The environment of a person who has set nothing but these. Of whoever runs the tests it holds neither
 * their desktop nor their folders, so that nothing gets at their clipboard, settings or credentials.
 */
export function environment(own: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && TAKEN_ALONG.test(entry[0]),
  );
  return {
    ...Object.fromEntries(kept),
    TERM: "xterm-256color",
    LANG: "C.UTF-8",
    TZ: "UTC",
    ...own,
  };
}
