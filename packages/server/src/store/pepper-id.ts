/** The one pepper of an installation; the column leaves room for changing it. */
export const PEPPER_ID = 1;
