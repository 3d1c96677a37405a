/**
 * The category of a stored value. `content` is what was shared or can open it; `personal` identifies a person; `credential`
 * proves their identity; `visitor` describes a visitor's browser or connection; `preference` is a setting that a person chose;
 * `moment` is a time; `technical` says nothing about a person.
 */
export type Category = 'content' | 'technical' | 'moment' | 'visitor' | 'preference' | 'personal' | 'credential'
