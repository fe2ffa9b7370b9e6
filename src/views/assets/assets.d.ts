// Files that the bundler hands over as their text (wrangler.toml, rules).
declare module '*.css' {
  const text: string;
  export default text;
}
declare module '*.svg' {
  const text: string;
  export default text;
}
declare module '*live.js' {
  const text: string;
  export default text;
}
declare module 'idiomorph/dist/idiomorph.min.js' {
  const text: string;
  export default text;
}
