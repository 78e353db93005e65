using System.Globalization;
using System.Security;
using FutureHouse.Errors;

namespace FutureHouse.Authentication;

/// <summary>Where the API key and the service's address come from when the caller gives none: environment variables (Protocol §1).</summary>
public static class ApiKeySource
{
    /// <summary>Variable that holds the API key.</summary>
    public const string ApiKeyVariable = "EDISON_PLATFORM_API_KEY";

    /// <summary>Older name of the variable, read where <see cref="ApiKeyVariable"/> is not set.</summary>
    public const string OlderApiKeyVariable = "FUTUREHOUSE_API_KEY";

    /// <summary>Variable that holds the address of the service.</summary>
    public const string ServiceUriVariable = "FUTUREHOUSE_SERVICE_URI";

    /// <summary>Variable that holds the patience: how many seconds an outage may last (<see cref="Platform.PlatformClientOptions.Patience"/>).</summary>
    public const string PatienceVariable = "FUTUREHOUSE_PATIENCE";

    /// <summary>The services known by name: production, staging, development, and the local port.</summary>
    public static IReadOnlyList<KnownService> KnownServices { get; } =
    [
        new("production", new Uri("https://api.platform.edisonscientific.com")),
        new("staging", new Uri("https://staging.api.platform.edisonscientific.com")),
        new("development", new Uri("https://dev.api.platform.edisonscientific.com")),
        new("local", new Uri("http://localhost:8080")),
    ];

    /// <summary>The service that is meant where none is named: production.</summary>
    public static Uri DefaultServiceUri => KnownServices[0].Uri;

    /// <summary>The API key of the environment.</summary>
    /// <returns>The key without white space around it, or <see langword="null"/> where no variable has one.</returns>
    public static SecureString? FromEnvironment()
    {
        foreach (var variable in (ReadOnlySpan<string>)[ApiKeyVariable, OlderApiKeyVariable])
        {
            if (Environment.GetEnvironmentVariable(variable) is { } text && Protect(text) is { Length: > 0 } key)
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>The address of the environment, or that of production.</summary>
    /// <returns>An absolute address.</returns>
    /// <exception cref="InvalidRequestException">The variable holds something else.</exception>
    public static Uri ServiceUriFromEnvironment()
    {
        var text = Environment.GetEnvironmentVariable(ServiceUriVariable)?.Trim();
        return string.IsNullOrEmpty(text) ? DefaultServiceUri : ParseServiceUri(text);
    }

    /// <summary>The patience of the environment, or <see langword="null"/> where no variable has one.</summary>
    /// <returns>A time that is not negative.</returns>
    /// <exception cref="InvalidRequestException">The variable holds something else than seconds.</exception>
    public static TimeSpan? PatienceFromEnvironment()
    {
        var text = Environment.GetEnvironmentVariable(PatienceVariable)?.Trim();
        return string.IsNullOrEmpty(text) ? null
            : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 86_400
            ? TimeSpan.FromSeconds(seconds)
            : throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, Messages.PatienceNotSeconds, PatienceVariable, text)) { Target = text };
    }

    /// <summary>Reads the address of a service: a URI, or the name of a known one.</summary>
    /// <param name="text">Text as the user gave it.</param>
    /// <returns>An absolute address.</returns>
    /// <exception cref="InvalidRequestException">It is neither.</exception>
    public static Uri ParseServiceUri(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        return KnownServices.FirstOrDefault(service => string.Equals(service.Name, text, StringComparison.OrdinalIgnoreCase))?.Uri
            ?? (Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
                ? uri
                : throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, Messages.ServiceUriNotAbsolute, text)) { Target = text });
    }

    /// <summary>Puts a key or token into a <see cref="SecureString"/>, without white space around it.</summary>
    /// <param name="text">Key or token.</param>
    /// <returns>The same, protected.</returns>
    public static SecureString Protect(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Secrets.Protect(text);
    }
}
