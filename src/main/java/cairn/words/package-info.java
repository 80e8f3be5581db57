/**
 * Short texts that people write and read.
 *
 * <p><b>Purpose</b>: read rules, lengths and conditions word by word; guess what a misspelt name meant; write sizes.
 * <br><b>Knows</b>: letters, digits, units of bytes. <b>Must not know</b>: what the words mean.
 * <br><b>Read</b>: {@link cairn.words.ByteSize}, {@link cairn.words.Spelling}, {@link cairn.words.WordReader}.
 */
package cairn.words;
