/** The variables a client may set for its terminal. Nothing of the server's own environment reaches a session. */
const ACCEPTED = /^(?:TERM|COLORTERM|COLORFGBG|NO_COLOR|LATCHKEY_THEME|LANG|LC_[A-Z]{1,20})$/;
const MOST = 20;
const PRINTABLE = /^[\x20-\x7E]{0,128}$/;

/** The environment of one channel. */
export function terminalEnvironment() {
  const env: Record<string, string> = {};
  return {
    env: env as NodeJS.ProcessEnv,
    /** Returns whether it was accepted. */
    set(name: string, value: string): boolean {
      if (!ACCEPTED.test(name) || !PRINTABLE.test(value)) return false;
      if (!Object.hasOwn(env, name) && Object.keys(env).length >= MOST) return false;
      env[name] = value;
      return true;
    },
  };
}
