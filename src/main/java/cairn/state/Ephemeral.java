package cairn.state;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a field that can change and is not state, and says why the future does not depend on it. A field that can change and is
 * neither in a slot nor marked so fails the completeness audit.
 *
 * <pre>
 *     {@literal @}Ephemeral("the rows of the step, copied again before they are read")
 *     private float[] rows;
 * </pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface Ephemeral {

    /** The reason, in words; it must not be blank. */
    String value();

    /** Of which kind the reason is; tests hold the field to it. */
    Kind kind() default Kind.DERIVED;

    /** Whether this covers the objects that the field reaches too: for objects of libraries, whose fields cannot be marked. */
    boolean whole() default false;

    /** Why the future does not depend on a field. */
    enum Kind {
        /** Written when it is made and never again. */
        FIXED,
        /** A pure function of what never changes and of the state, kept to save the work of computing it again. */
        DERIVED,
        /** Written in every step before it is read. */
        SCRATCH,
        /** Made on demand and then fixed: prepared operations and memory, never numbers of the training. */
        WIRING
    }
}
