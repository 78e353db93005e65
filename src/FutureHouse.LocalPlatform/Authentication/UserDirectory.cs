using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.LocalPlatform.Storage;

namespace FutureHouse.LocalPlatform.Authentication;

/// <summary>The platform's users.</summary>
internal sealed class UserDirectory
{
    private readonly Dictionary<string, PlatformUser> _byId;
    private readonly (byte[] KeyHash, PlatformUser User)[] _byKey;

    private UserDirectory(IReadOnlyList<PlatformUser> users, string? onlyKey)
    {
        _byId = users.ToDictionary(u => u.Id, StringComparer.Ordinal);
        _byKey = [.. users.Select(u => (Hash(u.ApiKey), u))];
        OnlyKey = onlyKey;
    }

    /// <summary>The key of the one user there is when none were given.</summary>
    public string? OnlyKey { get; }

    /// <exception cref="ArgumentException">The file of users is missing or not as it must be.</exception>
    public static UserDirectory Load(LocalPlatformOptions options, StoreFolder store)
    {
        if (options.Users is { } given)
        {
            return Checked(given, "the list of users");
        }

        if (options.UsersFile is not { } file)
        {
            var key = store.Secret("api-key");
            var user = new PlatformUser { Id = "local", Email = "local@localhost", Organization = "local", ApiKey = key, Admin = true };
            return new UserDirectory([user], key);
        }

        try
        {
            var users = JsonSerializer.Deserialize<List<PlatformUser>>(File.ReadAllText(file)) ?? [];
            return Checked(users, $"'{file}'");
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"'{file}' is not a JSON list of users (id, email, organization, api_key, admin): line {e.LineNumber + 1}, position {e.BytePositionInLine + 1}.", e);
        }
        catch (IOException e)
        {
            throw new ArgumentException($"'{file}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Of addresses or organisations those that no user has. Where no users were given, the platform knows nobody but its own user, and takes any.</summary>
    public IReadOnlyList<string> Unknown(string kind, IEnumerable<string> values)
    {
        if (OnlyKey is not null)
        {
            return [];
        }

        var known = _byId.Values.Select(u => AccessorRow.Key(kind == AccessorRow.User ? u.Email : u.Organization)).ToHashSet(StringComparer.Ordinal);
        return [.. values.Where(value => !known.Contains(value))];
    }

    public PlatformUser? ById(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Finds the user of a key. Every key is compared in full, so that the time taken tells nothing.</summary>
    public PlatformUser? ByKey(string key)
    {
        var hash = Hash(key);
        PlatformUser? found = null;
        foreach (var (candidate, user) in _byKey)
        {
            if (CryptographicOperations.FixedTimeEquals(candidate, hash))
            {
                found = user;
            }
        }

        return found;
    }

    private static UserDirectory Checked(IReadOnlyList<PlatformUser> users, string source)
    {
        if (users.Count == 0)
        {
            throw new ArgumentException($"{source} names no user.");
        }

        foreach (var user in users)
        {
            if (new[] { user.Id, user.Email, user.Organization, user.ApiKey }.Any(string.IsNullOrWhiteSpace))
            {
                throw new ArgumentException($"{source}: a user lacks its id, email, organization or api_key.");
            }
        }

        if (users.DistinctBy(u => u.Id).Count() < users.Count || users.DistinctBy(u => u.ApiKey).Count() < users.Count)
        {
            throw new ArgumentException($"{source}: two users share an id or a key.");
        }

        return new UserDirectory(users, null);
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
