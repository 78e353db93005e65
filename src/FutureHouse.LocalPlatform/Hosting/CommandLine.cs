using FutureHouse.LocalPlatform.Sources;
using FutureHouse.LocalPlatform.Storage;

namespace FutureHouse.LocalPlatform.Hosting;

/// <summary>Reads the command line.</summary>
internal static class CommandLine
{
    public const string Usage = $$"""
        usage: FutureHouse.LocalPlatform --store DIR [option...]

          --store DIR            folder of the database, the objects and the secrets (made if missing)
          --urls URL             address to listen on; port 0 takes a free one (default http://127.0.0.1:0)
          --allow-remote         allow an address that is not loopback
          --users FILE           users as JSON: [{"id", "email", "organization", "api_key", "admin"}]
                                 (default: one user, whose key is made and kept in the store)
          --database "Host=…"    PostgreSQL database that keeps the entries in place of a file of the store; several
                                 platforms may serve one database and one store together. A command line can be read by
                                 others on the machine: give a password in PGPASSFILE or PGPASSWORD, or all of it in the
                                 environment variable FUTUREHOUSE_LOCAL_DATABASE
          --uploads MODE         multipart, session or both (default both)
        {{SourceArguments.Usage}}
          --enable-faults        let tests inject faults through /testbench
          --ignore-interrupt     leave Ctrl+C to the parent; the end of standard input still stops the platform
          --help                 show this

        Once it answers, its first line is {"url": "http://127.0.0.1:PORT", "pid": N}.
        Exit codes: 0 stopped, 1 failed, 2 wrong arguments, 3 the store is in use.
        """;

    /// <exception cref="ArgumentException">An argument is unknown, lacks its value or has a wrong one.</exception>
    public static LocalPlatformOptions? Parse(string[] args)
    {
        var options = new LocalPlatformOptions { Store = string.Empty };
        for (var i = 0; i < args.Length; i++)
        {
            string Value() => i + 1 < args.Length ? args[++i] : throw new ArgumentException($"{args[i]} needs a value.");
            switch (args[i])
            {
                case "--help" or "-h":
                    return null;
                case "--store":
                    options = options with { Store = Path.GetFullPath(Value()) };
                    break;
                case "--urls":
                    var url = Value();
                    options = Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp
                        ? options with { Urls = uri }
                        : throw new ArgumentException($"--urls takes one http address such as http://127.0.0.1:0, not '{url}'.");
                    break;
                case "--allow-remote":
                    options = options with { AllowRemote = true };
                    break;
                case "--users":
                    options = options with { UsersFile = Path.GetFullPath(Value()) };
                    break;
                case "--database":
                    var database = Value();
                    _ = DatabaseServer.Read(database);
                    options = options with { Database = database };
                    break;
                case "--uploads":
                    var mode = Value();
                    options = options with
                    {
                        Uploads = mode switch
                        {
                            "multipart" => UploadModes.Multipart,
                            "session" => UploadModes.Session,
                            "both" => UploadModes.Both,
                            _ => throw new ArgumentException($"--uploads takes multipart, session or both, not '{mode}'."),
                        },
                    };
                    break;
                case "--bucket":
                    options = options.WithBucket(Value());
                    break;
                case "--table":
                    options = options.WithTable(Value());
                    break;
                case "--postgres":
                    options = options.WithPostgres(Value());
                    break;
                case "--enable-faults":
                    options = options with { EnableFaults = true };
                    break;
                case "--ignore-interrupt":
                    options = options with { IgnoreInterrupt = true };
                    break;
                default:
                    throw new ArgumentException($"'{args[i]}' is unknown.");
            }
        }

        if (options.Database is null && Environment.GetEnvironmentVariable(DatabaseServer.Variable) is { Length: > 0 } variable)
        {
            _ = DatabaseServer.Read(variable);
            options = options with { Database = variable };
        }

        return options.Store.Length > 0
            ? options.WithSourcesChecked(Environment.GetEnvironmentVariable(SourceArguments.PostgresVariable))
            : throw new ArgumentException("--store is missing.");
    }
}
