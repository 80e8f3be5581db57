package cairn.train;

import java.util.List;

/**
 * Makes parts of one's own known to recipes in text: name the implementing class in
 * {@code META-INF/services/cairn.train.KindProvider}. A recipe built in Java needs none of this.
 */
public interface KindProvider {
    List<Kind> kinds();
}
