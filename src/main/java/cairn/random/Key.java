package cairn.random;

import java.nio.charset.StandardCharsets;
import org.apache.commons.math3.special.Erf;
import org.apache.commons.math3.util.FastMath;

/**
 * A key of counter-based randomness: {@link #fold} with a name or a number gives another, independent key, and every draw is
 * a pure function of key and index. Keys that were folded differently are independent.
 *
 * <p>The bits are those of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014),
 * read by index and not in sequence: {@code Key.of(seed).bits(i)} is the (i+1)-th {@code nextLong()} of
 * {@code new java.util.SplittableRandom(seed)}. A key is a pair of seed and odd increment (gamma), 127 bits in all; folding
 * derives a new pair from the old one and the name or number, as the split of that paper does.
 *
 * @param seed where the sequence starts
 * @param gamma its odd increment
 */
public record Key(long seed, long gamma) {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
    private static final double UNIT_53 = 0x1.0p-53;

    public Key {
        if ((gamma & 1) == 0) {
            throw new IllegalArgumentException("gamma must be odd: " + Long.toHexString(gamma));
        }
    }

    /** The root key of a seed; any seed is as good as any other, 0 included. */
    public static Key of(long seed) {
        return new Key(seed, GOLDEN_GAMMA);
    }

    /** The key for {@code number} below this one. */
    public Key fold(long number) {
        long s = mix64(seed ^ mix64(number + GOLDEN_GAMMA));
        long g = mix64(gamma + mix64(number ^ s));
        return new Key(mix64(s + g), mixGamma(g ^ s));
    }

    /** The key for {@code name} below this one; a name gives the key of a number only with probability 2^-64. */
    public Key fold(String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        long hash = mix64(0x6e616d65L + utf8.length);
        for (byte b : utf8) {
            hash = mix64(hash ^ (b & 0xff)) + GOLDEN_GAMMA;
        }
        return new Key(mix64(seed + GOLDEN_GAMMA), gamma).fold(hash);
    }

    /** 64 random bits at {@code index}. */
    public long bits(long index) {
        return mix64(seed + (index + 1) * gamma);
    }

    /** Uniform in [0, 1), a multiple of 2^-53. */
    public double uniform(long index) {
        return (bits(index) >>> 11) * UNIT_53;
    }

    /** Uniform in the open interval (0, 1): never 0, so it may be given to an inverse distribution function. */
    public double openUniform(long index) {
        return ((bits(index) >>> 12) + 0.5) * 0x1.0p-52;
    }

    /** Standard normal, by the inverse of its distribution function: one draw, one index. The same bits on every machine. */
    public double gaussian(long index) {
        return -FastMath.sqrt(2) * Erf.erfInv(1 - 2 * openUniform(index));
    }

    /** Uniform in {@code 0 .. bound-1}; the bias is below {@code bound * 2^-64}. */
    public int below(int bound, long index) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive: " + bound);
        }
        long bits = bits(index);
        return (int) (Math.multiplyHigh(bits, bound) + ((bits >> 63) & bound));
    }

    /** A permutation of {@code 0 .. n-1} (Fisher and Yates, from the last place down). */
    public int[] permutation(int n) {
        if (n < 0) {
            throw new IllegalArgumentException("a permutation has no negative size: " + n);
        }
        int[] p = new int[n];
        for (int i = 0; i < n; i++) {
            p[i] = i;
        }
        for (int i = n - 1; i > 0; i--) {
            int j = below(i + 1, i);
            int swapped = p[i];
            p[i] = p[j];
            p[j] = swapped;
        }
        return p;
    }

    /** Stafford's variant 13 of the 64-bit finalizer, as in {@code SplittableRandom}. */
    private static long mix64(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** An odd increment with enough bit transitions (OOPSLA 2014, section 5). */
    private static long mixGamma(long z) {
        z = (z ^ (z >>> 33)) * 0xff51afd7ed558ccdL;
        z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
        z = (z ^ (z >>> 33)) | 1L;
        return Long.bitCount(z ^ (z >>> 1)) < 24 ? z ^ 0xaaaaaaaaaaaaaaaaL : z;
    }
}
