// The limits of input: checked by the rules, and quoted by the messages.

/** In code points. */
export const MAX_TITLE_LENGTH = 200;
export const MAX_SCOPES = 64;
/** Of a scope's resource, and of its action. */
export const MAX_SCOPE_PART_LENGTH = 64;
