/**
 * A ref's name as part of a URL's path. Its slashes stay; what git allows and a URL does not, such
 * as the `#` of `fix/#12`, is escaped. For the `{+ref}` of a route, which escapes neither.
 */
export const refPath = (ref: string): string => ref.split('/').map(encodeURIComponent).join('/');
