// emit_job PORT SECRET: a server that tells user ann how her job goes, stage by stage.
#include <thread>
#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/jwt_users.hpp>
#include <uploadproto/server.hpp>

int main(int, char** arguments) {
  using namespace uploadproto;
  boost::asio::io_context context;
  wire::jwt::verifier const tokens{wire::jwt::key::from_secret(arguments[2]).value()};
  server<contract::bulk_upload> jobs(context, {.verify_token = users_by_jwt(tokens)});
  jobs.listen({boost::asio::ip::make_address("127.0.0.1"), std::uint16_t(std::stoi(arguments[1]))}).value();
  std::jthread work([&] {
    for (auto const& [stage, low, high, description] : contract::bulk_upload_stages) {
      std::this_thread::sleep_for(std::chrono::milliseconds(200));  // here your work is done
      contract::bulk_upload_progress now{.job_id = "job-1", .stage = std::string(stage), .progress = high};
      jobs.publish("ann", now);
    }
    jobs.publish("ann", contract::bulk_upload_complete{.job_id = "job-1", .report_path = "/report/job-1"});
  });
  context.run();
}
