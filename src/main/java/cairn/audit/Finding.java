package cairn.audit;

/**
 * Something that a snapshot would forget.
 *
 * @param type the class that declares it
 * @param field its name there, or what a lambda of the class holds
 * @param what why it can change: {@code not final}, {@code int[]}, {@code HashMap}, ...
 * @param path how it is reached from the object that was audited
 * @param advice what to do
 */
public record Finding(String type, String field, String what, String path, String advice) {
    @Override
    public String toString() {
        return type + (field.startsWith("lambda") ? " " : ".") + field + " (" + what + ")\n    reached by  " + path
                + "\n    to do       " + advice;
    }
}
