// Looks by their meaning. Nothing is shown by colour alone: glyphs and words say it too.

export type Tone = "accent" | "muted" | "good" | "warning" | "danger";

/** How a tone is drawn; `color` as Ink takes it. */
export type Style = { readonly color?: string; readonly dim?: true; readonly bold?: true };

export type Theme = Readonly<Record<Tone, Style>>;
