// Looks by what they mean. Nothing is told by colour alone: glyphs and words carry it too.

export type Tone = "accent" | "muted" | "good" | "warning" | "danger";

/** How a tone is drawn; `color` as Ink takes it. */
export type Style = { readonly color?: string; readonly dim?: true; readonly bold?: true };

export type Theme = Readonly<Record<Tone, Style>>;
