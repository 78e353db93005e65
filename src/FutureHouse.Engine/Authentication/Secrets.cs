using System.Runtime.InteropServices;
using System.Security;

namespace FutureHouse.Authentication;

/// <summary>Keys and tokens in and out of <see cref="SecureString"/>.</summary>
internal static class Secrets
{
    // What copying from a page or a file leaves around a key: white space, a byte-order mark, zero-width spaces.
    private static readonly char[] Strays = ['\uFEFF', '\u200B', '\u200C', '\u200D', '\u2060'];

    /// <summary>The text, without white space around it.</summary>
    public static string Reveal(SecureString secret)
    {
        var pointer = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            return Trim(Marshal.PtrToStringUni(pointer, secret.Length));
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(pointer);
        }
    }

    /// <summary>Puts a text into a <see cref="SecureString"/>, without white space around it.</summary>
    public static SecureString Protect(string text)
    {
        var secret = new SecureString();
        foreach (var c in Trim(text))
        {
            secret.AppendChar(c);
        }

        secret.MakeReadOnly();
        return secret;
    }

    private static string Trim(string text)
    {
        var span = text.AsSpan();
        while (span.Length > 0 && IsStray(span[0]))
        {
            span = span[1..];
        }

        while (span.Length > 0 && IsStray(span[^1]))
        {
            span = span[..^1];
        }

        return span.Length == text.Length ? text : span.ToString();
    }

    private static bool IsStray(char c) => char.IsWhiteSpace(c) || char.IsControl(c) || Strays.Contains(c);
}
