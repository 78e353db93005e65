using System.Text;

namespace FutureHouse.Packaging;

/// <summary>
/// Text as git sees it: the bytes of its UTF-8, here each as one <see cref="char"/>. <c>?</c> and classes match one byte, and an ASCII name, the common case, is itself without conversion.
/// </summary>
internal static class ByteText
{
    /// <summary>The bytes of a text.</summary>
    public static string Of(string text) => Ascii.IsValid(text) ? text : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes as read from a file.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>Back to text for people.</summary>
    public static string Display(string bytes) => Ascii.IsValid(bytes) ? bytes : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));

    /// <summary>Lower-cases the ASCII letters, the only ones git folds.</summary>
    public static string Fold(string bytes) => string.Create(bytes.Length, bytes, static (target, source) => Fold(source, target));

    /// <summary>Appends a text's bytes to a buffer, which grows.</summary>
    /// <returns>The length of what the buffer now holds.</returns>
    public static int Append(ref char[] buffer, int length, ReadOnlySpan<char> text, bool fold)
    {
        if (buffer.Length < length + (text.Length * 3))
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + (text.Length * 3)));
        }

        var target = buffer.AsSpan(length);
        if (Ascii.IsValid(text))
        {
            text.CopyTo(target);
            target = target[..text.Length];
        }
        else
        {
            var bytes = new byte[text.Length * 3];
            var count = Encoding.UTF8.GetBytes(text, bytes);
            target = target[..count];
            Encoding.Latin1.GetChars(bytes.AsSpan(0, count), target);
        }

        if (fold)
        {
            Fold(target, target);
        }

        return length + target.Length;
    }

    private static void Fold(ReadOnlySpan<char> source, Span<char> target)
    {
        for (var i = 0; i < source.Length; i++)
        {
            target[i] = source[i] is >= 'A' and <= 'Z' ? (char)(source[i] | 0x20) : source[i];
        }
    }
}
