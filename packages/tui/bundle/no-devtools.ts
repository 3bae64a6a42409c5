/** Stands in for `react-devtools-core`, which the bundle does not carry. */
export default {};
