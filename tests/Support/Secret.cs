using System.Security;

namespace FutureHouse.Tests.Support;

/// <summary>Makes secrets of tests.</summary>
public static class Secret
{
    /// <summary>Wraps a text.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The secret; its caller disposes of it.</returns>
    public static SecureString From(string text)
    {
        var secret = new SecureString();
        foreach (var c in text)
        {
            secret.AppendChar(c);
        }

        secret.MakeReadOnly();
        return secret;
    }
}
