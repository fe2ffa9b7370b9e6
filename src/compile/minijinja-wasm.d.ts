// What a bundler makes of importing the template engine's WebAssembly: a compiled module. The package
// describes the module's exports instead, as if it were already instantiated.
declare module 'minijinja-js/dist/web/minijinja_js_bg.wasm' {
  const module: WebAssembly.Module;
  export default module;
}
