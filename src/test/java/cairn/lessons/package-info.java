/**
 * The pages of docs/lessons as tests: {@link cairn.lessons.Page} reads a page, {@link cairn.lessons.PageRunner} runs its commands, and
 * {@link cairn.lessons.Quote} compares the quoted output with the real one.
 */
package cairn.lessons;
